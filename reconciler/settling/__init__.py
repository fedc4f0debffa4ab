"""Changes of a state that send nothing: what a plan lets go of or renames, and what a person does by hand."""
