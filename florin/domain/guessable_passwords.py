"""Passwords that everybody tries first: common ones, runs, repetitions, and what is made of the user name.

NIST SP 800-63B, section 5.1.1.2, wants them refused when they are chosen. A list of whole passwords would be long and
still miss ``Password2027!``, so a password is taken to pieces. It is common when it is at most one word that many
people use, with runs, repetitions and years and up to three other signs. Several words make a good one, whichever.
"""

import re
import unicodedata
from typing import Final

_WORDS: Final = """
abcdefg access account admin administrator aini airborne alexander amanda america andrea andrew angel angels anthony
apple arsenal asdasd asdf asdfasdf asdfgh asdfghjk asdzxc ashley asshole august austin autumn babygirl bailey banana
bandit barcelona baseball basketball batman beautiful benjamin bigdog biteme blink booboo boomer boston brandon buster
butterfly california cameron caonima changeme charles charlie cheese chelsea chicago chicken chocolate christian
christine christopher computer consumer cookie corvette cowboy cowboys creative crystal dallas daniel danielle
december default demo diablo diamond dolphin dragon dragonball eagles einstein elephant elizabeth eminem emmanuel
fashion february ferrari fishing florin flower flowers football forever freedom friday friends fuckoff fuckyou gateway
genius george giants giftcard ginger godzilla golfer goodluck google guest guitar hahaha hallo hammer handsome hannah
happy harley heaven hello helloworld hockey honey honeynut hotmail hottie hunter iceman iloveme iloveu iloveyou
infinity internet isabella jackson january jasmine jennifer jessica jessie jesus jonathan jordan joseph joshua junior
justin killer kitty knight krystal lakers lauren letmein liverpool london lovelove lovely loveme lovers loveyou
madison maggie manchester marina marine marlboro martin master matrix matthew maverick melissa member mercedes merlin
metallica michael michelle michigan microsoft midnight mobile monday money monkey monster morgan mother mountain
murphy mustang naruto nascar natasha nathan newyork nicholas nicole nihao nothing november october oliver orange
pakistan panther parola passport passw password passwort patrick payment peanut pepper phoenix player please pokemon
porsche prepaid prince princess private purple pussy qazwsx qazwsxedc qazxsw qqww qwaszx qweasd qweasdzxc qweqwe qwer
qwerasdf qwert qwerty qwertz rachel ranger rangers rebecca redsox richard robert rockstar root rootroot samantha
samsung sandra saturday scooter secret september service shadow shopping silver simpsons slipknot smokey snoopy
snowball soccer softball sophie spanky spiderman spring squirt starwars steelers stephanie steven strawberry student
summer sunday sunflower sunshine super superman superstar suzhou taylor teacher tennis test tester testing thomas
thunder thursday tigers tigger tinkerbell titanic training trustme trustno tucker tuesday turtle twilight user vanessa
victoria victory vincent voucher wallet warcraft wednesday welcome whatever whoami william wilson windows winner
winter wizard woaini woaiwojia wodemima wojiushiwo xiaoming yankees yellow zaq zaqwsx zhang zhangsan zhangwei zxcvb
zxcvbn zxcvbnm zxczxc
"""
WORDS: Final = frozenset(_WORDS.split())
"""What the published lists of leaked passwords are made of, those of Chinese sites too, and words of our trade."""

_RUNS: Final = tuple(
    run + run[::-1]
    for run in (
        "01234567890123456789",
        "abcdefghijklmnopqrstuvwxyz",
        "qwertyuiop[]",
        "qwertzuiopü",
        "azertyuiop",
        "asdfghjkl;'",
        "zxcvbnm,./",
        "1q2w3e4r5t6y7u8i9o0p",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
        "!qaz@wsx#edc$rfv",
        "!@#$%^&*()_+",
        "1234qwerasdfzxcv",
    )
)
_LUCKY: Final = frozenset({"520", "521", "1314", "5201314", "1314520", "7758521", "7758258", "147258369", "159357"})
_YEAR: Final = re.compile(r"(?:19|20)\d\d(?:\d{4})?")
_PIECES: Final = re.compile(r"[^\W\d_]+|\d+|[\W_]+")
_LONGEST_UNIT: Final = 4
_SHORTEST_RUN: Final = 3
_MOST_OTHER_SIGNS: Final = 3
_ENDING: Final = "0123456789!"
_AS_LETTERS: Final = str.maketrans("@4301!5$7", "aaeoiisst")


def is_guessable(password: str, user_name: str) -> bool:
    """Whether a password is among the first that a thief would try; ``user_name`` is in its canonical form."""
    text = unicodedata.normalize("NFKC", password).casefold()
    return _is_usual(text) or any(map(_is_made_of_usual_pieces, _readings(text, user_name)))


def _readings(text: str, user_name: str) -> tuple[str, ...]:
    """The text, without the member's own name, and with letters for the signs that look like them."""
    head = text.rstrip(_ENDING)
    return (
        text,
        text.replace(user_name, ""),
        text.translate(_AS_LETTERS),
        head.translate(_AS_LETTERS) + text[len(head) :],
    )


def _is_made_of_usual_pieces(text: str) -> bool:
    pieces = _PIECES.findall(text)
    words = sum(each in WORDS for each in pieces)
    other_signs = sum(len(each) for each in pieces if each not in WORDS and not _is_usual(each))
    return words <= 1 and other_signs <= _MOST_OTHER_SIGNS


def _is_usual(piece: str) -> bool:
    return piece in _LUCKY or bool(_YEAR.fullmatch(piece)) or _is_run(piece) or _is_repetition(piece)


def _is_run(piece: str) -> bool:
    return len(piece) >= _SHORTEST_RUN and any(piece in run for run in _RUNS)


def _is_repetition(piece: str) -> bool:
    """Whether up to four signs fill it, at least twice: ``aaaaaaaa``, ``12121212``, ``abcdabcd``."""
    lengths = range(1, min(_LONGEST_UNIT, len(piece) // 2) + 1)
    return any((piece[:length] * len(piece))[: len(piece)] == piece for length in lengths)
