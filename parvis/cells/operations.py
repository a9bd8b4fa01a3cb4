"""Migration operations that private tables need."""

from django.db.migrations.operations import RunSQL


class ReplicaIdentity(RunSQL):
    """Make a table's unique (home, id) its replica identity. `index` is the constraint's name: TABLE_home_id."""

    def __init__(self, table: str, index: str | None = None) -> None:
        self.table = table
        self.index = index
        super().__init__(
            f'alter table "{table}" replica identity using index "{index or table + "_home_id"}"',
            f'alter table "{table}" replica identity default',
        )

    def deconstruct(self) -> tuple[str, list[str], dict[str, str]]:
        return self.__class__.__qualname__, [self.table], {"index": self.index} if self.index else {}


class StateGuard(RunSQL):
    """Let a state column move along its declared graph only: a trigger that refuses any other update."""

    def __init__(self, table: str, column: str, moves: list[list[str]]) -> None:
        self.table, self.column, self.moves = table, column, moves
        pairs = ", ".join(f"('{here}','{there}')" for here, there in moves)
        name = f"{table}_{column}_moves"
        super().__init__(
            f"""create or replace function {name}() returns trigger language plpgsql as $$
            begin
              if old.{column} is distinct from new.{column}
                 and (old.{column}, new.{column}) not in ({pairs}) then
                raise exception 'no move from % to % in {table}.{column}', old.{column}, new.{column}
                  using errcode = 'check_violation';
              end if;
              return new;
            end $$;
            drop trigger if exists {name} on "{table}";
            create trigger {name} before update of {column} on "{table}" for each row execute function {name}();""",
            f'drop trigger if exists {name} on "{table}"; drop function if exists {name}();',
        )

    def deconstruct(self) -> tuple[str, list[object], dict[str, str]]:
        return self.__class__.__qualname__, [self.table, self.column, self.moves], {}
