-- A deployment with enough of everything that PostgreSQL reads no table whole if an index will do.
INSERT INTO domain (id, name, zone) SELECT n, 'd' || n || '.example', 'Asia/Seoul' FROM generate_series(2, 2000) AS n;
INSERT INTO definition (domain_id, profile_status_id, name, icon_type, display_order, is_in_use, is_for_everybody, names)
    SELECT n, 'STATUS' || kind, 'Status', 'OFF', kind, true, true, '[]'
    FROM generate_series(2, 2000) AS n, generate_series(1, 10) AS kind;
INSERT INTO person (id, domain_id, user_id, email, external_key, name, is_administrator)
    SELECT n, 1 + n % 2000, 'user' || n, 'p' || n || '@d.example', 'K' || n, 'Person', false
    FROM generate_series(11, 20000) AS n;
INSERT INTO alias (email, person_id) SELECT 'a' || n || '@d.example', n FROM generate_series(11, 20000) AS n;
INSERT INTO login_name (name, person_id) SELECT 'login' || n, n FROM generate_series(11, 20000) AS n;
INSERT INTO role (person_id, permission, parameter)
    SELECT n, 'DomainAdmin', (1 + n % 2000)::text FROM generate_series(11, 20000) AS n;
INSERT INTO client (id, domain_id, name, service_account, scopes, public_key, secret_digest, token_lifetime, rotates)
    SELECT 'client' || n, n, 'Client', 'service' || n, 'user', '', '', 3600, true FROM generate_series(2, 2000) AS n;
INSERT INTO refresh_token (digest, family, client_id, scopes, expires_at)
    SELECT 'digest' || n, 'family' || n, 'client' || 2 + n % 1999, 'user', now() + n * interval '1 s'
    FROM generate_series(1, 20000) AS n;
INSERT INTO revoked_token (id, expires_at)
    SELECT 'token' || n, now() + n * interval '1 s' FROM generate_series(1, 20000) AS n;
INSERT INTO auto_reply (content)
    SELECT '{"internal": null, "external": null, "audience": 0}' FROM generate_series(1, 20000);
INSERT INTO reply_texts (person_id, audience) SELECT n, 0 FROM generate_series(11, 20000) AS n;
INSERT INTO status (id, person_id, schedule_type, profile_status_id, in_force_at, ends_at, auto_reply_id, place, sequence)
    SELECT sequence || '-' || n, n, kind, 'BUSY', starts_at + n * interval '1 s', ends_at + n * interval '1 s', n, 'works', sequence
    FROM generate_series(11, 20000) AS n, (VALUES
        ('PRESENT', timestamptz '2026-03-01 09:00Z', NULL, 1),
        ('PRESENT', timestamptz '2026-03-02 09:00Z', timestamptz '2026-03-17 09:00Z', 2),
        ('RESERVED', timestamptz '2026-03-16 10:00Z', timestamptz '2026-03-18 09:00Z', 3)
    ) AS kinds (kind, starts_at, ends_at, sequence);
INSERT INTO booking (domain_id, client, external_id, person_id, status_id, word, forget_at)
    SELECT 1 + n % 2000, 'client', 'V-' || n, n, '2-' || n, '{}', now() + n * interval '1 s'
    FROM generate_series(11, 20000) AS n;
INSERT INTO event (kind, person_id, committed_at, actor, auto_reply_id)
    SELECT 'PRESENTED', 11 + n % 19990, timestamptz '2025-03-16 09:00Z' + n * interval '1 min', 'time', 11 + n % 19990
    FROM generate_series(1, 60000) AS n;
ANALYZE
