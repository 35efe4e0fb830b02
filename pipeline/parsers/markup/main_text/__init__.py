"""Which of a page's texts are its content, and which are the site around it."""
