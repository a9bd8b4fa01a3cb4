"""Pages of the inbox. Every write spends from its writer's limits."""
