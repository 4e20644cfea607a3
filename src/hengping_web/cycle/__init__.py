"""评价周期: the year of a department as the rooms of the cycle share it: its state, its rows, its folder, its page."""
