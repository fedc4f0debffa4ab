"""What a person does to a state by hand: each verb takes a state and gives the next one, or refuses."""
