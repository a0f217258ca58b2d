"""Beat, the scheduler, which sends workers for due transitions."""
