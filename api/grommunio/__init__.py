"""The grommunio dialect: the admin API's out-of-office."""
