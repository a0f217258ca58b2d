"""What Flower shows, and to whom, wherever it is started from this folder."""

from config.settings import Settings
from worker import flower

#: What was done and how late stands before what a narrow window cuts off; the UUID links to everything else.
tasks_columns = "name,state,result,received,runtime,worker,uuid"
format_task = flower.format_task

_password = Settings().flower_basic_auth
if _password is not None:
    basic_auth = [login.strip() for login in _password.get_secret_value().split(",")]
