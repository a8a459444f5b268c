"""Personal data: what is kept where, how long, what a citizen may see of it, and how it leaves when its time is up."""
