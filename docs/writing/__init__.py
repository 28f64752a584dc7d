"""What code can say of the project, written as pages of its documentation."""
