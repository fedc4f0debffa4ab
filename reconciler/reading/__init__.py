"""What LinkedIn shows, compared with what state knows: answers and archives in, findings and a next state out."""
