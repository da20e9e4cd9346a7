"""How learners show what they know in their own way, and the rubrics by which it is judged."""
