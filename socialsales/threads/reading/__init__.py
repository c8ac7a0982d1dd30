"""How far each person read a thread, and the ways to a place in it: the first unread post, the end, a day."""
