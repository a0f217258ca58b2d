"""The configuration of Flower when it is started from this folder: its columns and its logins."""

from config.settings import Settings
from worker import flower

#: The result and the UUID, which links to everything else, come before the columns that a narrow window cuts off.
tasks_columns = "name,state,result,received,uuid,runtime,worker"
format_task = flower.format_task

_password = Settings().flower_basic_auth
if _password is not None:
    basic_auth = [login.strip() for login in _password.get_secret_value().split(",")]
