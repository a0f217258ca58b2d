-- Fills a migrated, empty store on PostgreSQL as a deployment of so many people leaves it after a year:
--   psql --variable people=500000 --file tests/growth/fill.sql "$PRESENTLY_DATABASE_URL"
-- Each person has one status in force and one reserved, and twenty events; every fifteenth status answers mail.
\set ON_ERROR_STOP on
\timing on

SET synchronous_commit = off;
SET maintenance_work_mem = '1GB';

-- The indexes are made when the rows are there, as they are in the migrations.
CREATE TEMPORARY TABLE index_to_make AS
    SELECT tablename, indexname, indexdef FROM pg_indexes
    WHERE schemaname = 'public' AND tablename IN ('status', 'event') AND indexname NOT LIKE 'pk%';
SELECT format('DROP INDEX %I', indexname) FROM index_to_make \gexec
ALTER TABLE event DROP CONSTRAINT pk_event, DROP CONSTRAINT fk_event_auto_reply_id;
ALTER TABLE status DROP CONSTRAINT pk_status, DROP CONSTRAINT fk_status_auto_reply_id, DROP CONSTRAINT fk_status_person_id;

INSERT INTO domain (name, zone)
    SELECT 'd' || n || '.example', 'Asia/Seoul' FROM generate_series(1, greatest(1, :people / 50000)) AS n;

INSERT INTO definition (domain_id, profile_status_id, name, icon_type, display_order, is_in_use, is_for_everybody, names)
    SELECT id, status_id, status_id, 'OFF', 1, true, true, '[]'
    FROM domain, unnest(ARRAY['ONLINE', 'BUSY', 'AWAY', 'ABSENCE']) AS status_id;

INSERT INTO person (domain_id, user_id, email, external_key, name, is_administrator)
    SELECT 1 + n / 50001, 'user' || md5('person' || n), 'u' || n || '@d' || 1 + n / 50001 || '.example', 'K' || n,
        'Person ' || n, n % 1000 = 0
    FROM generate_series(1, :people) AS n;

INSERT INTO alias (email, person_id)
    SELECT 'a' || n || '@d' || 1 + n / 50001 || '.example', n FROM generate_series(1, :people, 4) AS n;

INSERT INTO auto_reply (id, content)
    SELECT n, json_build_object(
        'internal', json_build_object('body', repeat('I am away; ', 50), 'is_html', true, 'subject', 'Away',
            'sent_directly_to_me', false),
        'external', NULL, 'audience', 0)
    FROM generate_series(1, :people * 2 / 3) AS n;

-- Emptied in the same transaction, tables are filled without a log where wal_level is minimal.
BEGIN;
TRUNCATE status, event;

INSERT INTO status (id, person_id, schedule_type, profile_status_id, message, starts_at, starts_offset, ends_at,
        ends_offset, auto_reply_id, place, in_force_at, sequence)
    SELECT 'uprofile-' || md5(kind || n), n, kind, 'BUSY', 'In a meeting until noon', starts_at, 32400, ends_at, 32400,
        CASE WHEN n % 15 = 0 THEN n / 15 * 2 + sequence END, 'works', starts_at, sequence
    FROM generate_series(1, :people) AS n, LATERAL (VALUES
        ('PRESENT', now() - n % 1000 * interval '1 h', now() + interval '60 d' + n % 86400 * interval '7 s', 0),
        ('RESERVED', now() + interval '30 d' + n % 86400 * interval '7 s', now() + interval '40 d', 1)
    ) AS kinds (kind, starts_at, ends_at, sequence);

-- Each status of three events (reserved, promoted, disabled), in the order of time, the people mixed.
INSERT INTO event (id, kind, person_id, due_at, committed_at, actor, request_id, status_id, schedule_type,
        profile_status_id, message, starts_at, ends_at, auto_reply_id, place, shown_status_id, shown_profile_status_id)
    SELECT n, CASE n % 3 WHEN 0 THEN 'RESERVED' WHEN 1 THEN 'PROMOTED' ELSE 'DISABLED' END,
        1 + (n * 48271) % :people, CASE WHEN n % 3 > 0 THEN at END, at, CASE WHEN n % 3 > 0 THEN 'time' ELSE
        'u' || n % 1000 || '@d1.example' END, CASE WHEN n % 3 = 0 THEN md5(n::text) END, 'uprofile-' || md5((n / 3)::text),
        CASE WHEN n % 3 = 0 THEN 'RESERVED' ELSE 'PRESENT' END, 'BUSY', 'In a meeting until noon',
        at, at + interval '1 h', CASE WHEN n % 30 < 3 THEN 1 + n / 30 END, 'works',
        CASE WHEN n % 3 = 1 THEN 'uprofile-' || md5((n / 3)::text) END, CASE WHEN n % 3 = 1 THEN 'BUSY' END
    FROM (SELECT n, now() - interval '365 d' * (1 - n / (:people * 20.0)::float8) AS at
        FROM generate_series(1, :people * 20::bigint) AS n) AS numbered;

COMMIT;

INSERT INTO reply_texts (person_id, audience, internal)
    SELECT n, 0, json_build_object('html', repeat('<p>I am away</p>', 30), 'subject', 'Away')
    FROM generate_series(1, :people, 10) AS n;

INSERT INTO revoked_token (id, expires_at)
    SELECT md5('token' || n), now() + n % 86400 * interval '1 s' FROM generate_series(1, :people / 10) AS n;

SELECT setval('event_id_seq', :people * 20::bigint), setval('auto_reply_id_seq', :people * 2 / 3);

ALTER TABLE status ADD CONSTRAINT pk_status PRIMARY KEY (id);
ALTER TABLE event ADD CONSTRAINT pk_event PRIMARY KEY (id);
SELECT indexdef FROM index_to_make \gexec
ALTER TABLE status ADD CONSTRAINT fk_status_auto_reply_id FOREIGN KEY (auto_reply_id) REFERENCES auto_reply NOT VALID,
    ADD CONSTRAINT fk_status_person_id FOREIGN KEY (person_id) REFERENCES person NOT VALID;
ALTER TABLE event ADD CONSTRAINT fk_event_auto_reply_id FOREIGN KEY (auto_reply_id) REFERENCES auto_reply NOT VALID;
VACUUM ANALYZE;
