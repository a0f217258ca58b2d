"""What Flower shows, and to whom, wherever it is started from this folder."""

from config.settings import Settings

#: Of each task also what it was sent for, and what it did.
tasks_columns = "name,uuid,state,kwargs,result,received,runtime,worker"

_password = Settings().flower_basic_auth
if _password is not None:
    basic_auth = [login.strip() for login in _password.get_secret_value().split(",")]
