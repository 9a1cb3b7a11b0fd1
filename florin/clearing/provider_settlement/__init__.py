"""What payment providers keep of what is paid through them, and pay to our bank: posted from their own statements."""
