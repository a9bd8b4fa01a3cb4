from django.db import migrations

from parvis.cells.operations import ReplicaIdentity, StateGuard

# The log only grows; rows are emptied with the whole table only, which no code of ours does.
ONLY_GROWS = """
create function safety_logentry_only_grows() returns trigger language plpgsql as $$
begin
  raise exception 'the log of moderation only grows' using errcode = 'check_violation';
end $$;
create trigger safety_logentry_only_grows before update or delete on safety_logentry
  for each row execute function safety_logentry_only_grows();
"""
# Article 20 of the Digital Services Act: six months, and not whoever decided.
APPEALS = """
create function safety_appeal_rules() returns trigger language plpgsql as $$
declare
  made timestamptz; decider uuid;
begin
  select created_at, decided_by into made, decider from safety_decision where id = new.decision_id;
  if tg_op = 'INSERT' and new.created_at > made + interval '6 months' then
    raise exception 'an appeal more than six months after the decision' using errcode = 'check_violation';
  end if;
  if new.heard_by = decider then
    raise exception 'an appeal heard by who decided' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger safety_appeal_rules before insert or update on safety_appeal
  for each row execute function safety_appeal_rules();
"""


class Migration(migrations.Migration):

    dependencies = [('safety', '0001_initial')]

    operations = [
        ReplicaIdentity("safety_case"),
        ReplicaIdentity("safety_report"),
        ReplicaIdentity("safety_decision"),
        ReplicaIdentity("safety_appeal"),
        StateGuard(
            "safety_case", "state", [["waiting", "decided"], ["decided", "appealed"], ["appealed", "closed"]]
        ),
        StateGuard("safety_appeal", "state", [["waiting", "upheld"], ["waiting", "reversed"]]),
        migrations.RunSQL(
            ONLY_GROWS,
            "drop trigger safety_logentry_only_grows on safety_logentry; drop function safety_logentry_only_grows();",
        ),
        migrations.RunSQL(
            APPEALS, "drop trigger safety_appeal_rules on safety_appeal; drop function safety_appeal_rules();"
        ),
    ]
