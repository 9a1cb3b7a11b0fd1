import pytest

from florin.domain.guessable_passwords import is_guessable

_COMMON = """
password password1 Password123 PASSWORD! p@ssw0rd passw0rd P@$$w0rd2024 12345678 123456789 1234567890 87654321 00000000
11111111 aaaaaaaa zzzzzzzzzzzz 12121212 abcabcabc 12341234 abcdefgh abcd1234 abc12345 a1234567 a123456789 aa123456
qwertyui qwerty123 qwertyuiop asdfghjkl 1qaz2wsx 1q2w3e4r zxcvbnm1 !@#$%^&* iloveyou iloveyou1 welcome1 Welcome2026!
admin123 admin2026 letmein1 football baseball sunshine princess superman dragon12 monkey123 trustno1 changeme 5201314a
woaini1314 woaini520 zhang123 20240101 19900101 qq123456 test1234 money-123 michael1 starwars
"""
COMMON = [*_COMMON.split(), "\uff50assword", "123 456 789"]
FINE = (
    "correct horse battery",
    "staple and some more",
    "five other words that rhyme",
    "dragon monkey football",
    "Kanarien+Vogel & Käfig",
    "hm7-tRk9-wq2P",
    "b9Xw2LqT",
    "我的猫喜欢吃鱼和米饭",
    "tuesday's child is full",
    "purple-elephant-sings",
    "x7Kp2mQ9_vLw4TnB",
    "13912873645",
    "ab94817236",
)


@pytest.mark.parametrize("password", COMMON)
def test_what_everybody_tries_first_is_guessable(password: str) -> None:
    assert is_guessable(password, "berta")


@pytest.mark.parametrize("password", FINE)
def test_what_somebody_made_up_is_not(password: str) -> None:
    assert not is_guessable(password, "anna")


@pytest.mark.parametrize("password", ["anna.huber", "Anna.Huber", "anna.huber1", "12anna.huber!", "anna.huber2027"])
def test_the_user_name_is_no_password_nor_with_a_little_around_it(password: str) -> None:
    assert is_guessable(password, "anna.huber")
    assert not is_guessable(password, "berta")


def test_a_password_that_says_more_than_the_name_is_fine() -> None:
    assert not is_guessable("anna.huber loves plums", "anna.huber")
