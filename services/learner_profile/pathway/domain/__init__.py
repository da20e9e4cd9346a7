"""Order among competencies as pure rules."""
