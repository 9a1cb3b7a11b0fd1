"""What is done about payments without being asked: questions to providers, and refunds on their way."""
