"""A grant gives no more than its decision, and nothing before that has begun."""

from django.db import migrations

# The trigger's arguments are "permission>category" pairs; to know of the case goes with every decision.
# Definer: the row's own policy judges who adds it, and this what it may be.
SQL = """
CREATE FUNCTION casework_grant_is_decided() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.sharing_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM casework_sharingdecision d, auth_permission p
        JOIN django_content_type t ON t.id = p.content_type_id AND t.app_label = 'casework'
        WHERE d.id = NEW.sharing_id AND d.began_at IS NOT NULL AND p.id = NEW.permission_id
          AND (p.codename = 'view_case' OR EXISTS (
              SELECT 1 FROM unnest(d.categories) c WHERE p.codename || '>' || c = ANY (TG_ARGV))))
    THEN
        RAISE EXCEPTION 'a grant gives no more than its sharing decision'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_gives_no_more_than_its_decision';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0004_who_saved_a_draft")]
    operations = [migrations.RunSQL(SQL, "DROP FUNCTION casework_grant_is_decided() CASCADE")]
