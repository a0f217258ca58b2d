"""What Flower shows wherever it is started from this folder: of each task also why it was sent, and what it did."""

tasks_columns = "name,uuid,state,kwargs,result,received,runtime,worker"
