"""The tables. Constraints ensure that each place is filled once, and windows that end after their start."""

from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
    and_,
    false,
    func,
    literal_column,
    true,
)

from domain.clients import LIFETIMES
from domain.events import TIME
from domain.status import Place, ScheduleType
from store.revisions import FirstRevision, NextRevision
from store.types import UtcMoment

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: In seconds, as SQL.
_LIFETIMES: Final = tuple(int(lifetime.total_seconds()) for lifetime in LIFETIMES)

#: SQLite generates ids only for a column whose type is exactly INTEGER.
_Number: Final = BigInteger().with_variant(Integer, "sqlite")

#: PostgreSQL uses a partial index only if the query contains its condition literally, so these are not parameters.
RESERVED: Final = literal_column(f"'{ScheduleType.RESERVED.value}'", String)
PRESENT: Final = literal_column(f"'{ScheduleType.PRESENT.value}'", String)
BY_TIME: Final = literal_column(f"'{TIME.name}'", String)
WORKS: Final = literal_column(f"'{Place.WORKS.value}'", String)
OOF: Final = literal_column(f"'{Place.OOF.value}'", String)

domain = Table(
    "domain",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(255), nullable=False, unique=True),
    Column("zone", String(64), nullable=False),
    Column("statuses_are_on", Boolean, nullable=False, server_default=true()),
    Column("organisation_id", Integer, nullable=False, server_default="0"),
    Column("day_halves", Time, nullable=False, server_default="13:00:00"),
)

#: By which rules the wished windows of a zone were computed: those that name it (`domain_id` 0), or those of a domain
#: that name none. `reached` is the person up to whom a new computation has come, and null after the last.
zone_rules = Table(
    "zone_rules",
    metadata,
    Column("domain_id", Integer, primary_key=True, autoincrement=False),
    Column("zone", String(64), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("reached", Integer),
)

#: Numbers that no other domain may get, because tokens contain them. SQLite would give them again.
removed_domain = Table(
    "removed_domain",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", String(255), nullable=False),
    Column("removed_at", UtcMoment, nullable=False),
)

#: The profile statuses of a domain. A domain that has switched statuses off has none.
definition = Table(
    "definition",
    metadata,
    Column("domain_id", ForeignKey("domain.id"), primary_key=True, autoincrement=False),
    Column("profile_status_id", String(16), primary_key=True),
    Column("name", Text, nullable=False),
    Column("icon_type", String(32), nullable=False),
    Column("display_order", Integer, nullable=False),
    Column("is_in_use", Boolean, nullable=False),
    Column("is_for_everybody", Boolean, nullable=False),
    Column("names", JSON, nullable=False),
)

person = Table(
    "person",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("domain_id", ForeignKey("domain.id"), nullable=False),
    Column("user_id", String(64), nullable=False, unique=True),
    Column("email", String(320), nullable=False, unique=True),
    Column("external_key", String(100)),
    Column("name", String(255), nullable=False),
    Column("is_administrator", Boolean, nullable=False),
    Column("deactivated_at", UtcMoment),
    Column("password_hash", String(255)),
    UniqueConstraint("domain_id", "external_key"),
    Index(None, "domain_id", "id"),  # finds a page of a domain's people without reading other domains
)

#: A person's further mail addresses. None is also a main address: whoever writes either locks this table.
alias = Table(
    "alias",
    metadata,
    Column("email", String(320), primary_key=True),
    Column("person_id", ForeignKey("person.id"), nullable=False, index=True),
)

#: Login names of people besides their mail addresses, in lower case.
login_name = Table(
    "login_name",
    metadata,
    Column("name", String(320), primary_key=True),
    Column("person_id", ForeignKey("person.id"), nullable=False, index=True),
)

#: Roles of administrators. `parameter` is the number of a domain or an organisation, `*`, or empty.
role = Table(
    "role",
    metadata,
    Column("person_id", ForeignKey("person.id"), primary_key=True, autoincrement=False),
    Column("permission", String(32), primary_key=True),
    Column("parameter", String(16), primary_key=True),
)

#: Rows are written once and never changed. Statuses and events refer to them, so a mail text of some megabytes is
#: stored once, and the rows of statuses stay small.
auto_reply = Table(
    "auto_reply",
    metadata,
    Column("id", _Number, primary_key=True),
    Column("content", JSON, nullable=False),
    #: Whether anybody gets it, so that nobody need read the texts; unknown for those from before the column.
    Column("answers", Boolean),
)

status = Table(
    "status",
    metadata,
    Column("id", String(64), primary_key=True),
    #: The id by which NAVER WORKS' clients know the status, if it is another one than `id`.
    Column("works_id", String(64)),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("schedule_type", String(8), nullable=False),
    Column("profile_status_id", String(16), nullable=False),
    Column("message", Text),
    Column("starts_at", UtcMoment),
    Column("starts_offset", Integer),
    Column("ends_at", UtcMoment),
    Column("ends_offset", Integer),
    Column("auto_reply_id", ForeignKey("auto_reply.id")),
    Column("is_muted", Boolean, nullable=False, server_default=false()),
    Column("place", String(8)),
    Column("client", String(320)),
    Column("in_force_at", UtcMoment, nullable=False),
    Column("sequence", Integer, nullable=False),
    #: The window as it was said (`domain.wishes`), as the text of its JSON, and the IANA name of its zone.
    Column("wish", Text),
    Column("zone", String(64)),
    #: Rises with every change, for calendars (`store.revisions`).
    Column(
        "revision",
        Integer,
        nullable=False,
        server_default="0",
        default=FirstRevision(),
        onupdate=NextRevision(),
    ),
    CheckConstraint("schedule_type IN ('RESERVED', 'PRESENT')", name="schedule_type"),
    CheckConstraint("ends_at IS NULL OR ends_at > in_force_at", name="window"),
)

# The conditions hide from PostgreSQL which statuses these indexes hold. A plan made while there were none would use one
# to find the next start, which means reading and sorting all of it, and would be kept when there are many.
Index(
    "uq_status_works_reserved",
    status.c.person_id,
    unique=True,
    sqlite_where=and_(status.c.schedule_type == RESERVED, status.c.place == WORKS),
    postgresql_where=and_(
        func.upper(status.c.schedule_type) == RESERVED, func.lower(status.c.place) == WORKS
    ),
)
Index(
    "uq_status_oof",
    status.c.person_id,
    unique=True,
    sqlite_where=status.c.place == OOF,
    postgresql_where=func.lower(status.c.place) == OOF,
)
#: Most statuses have only one id; their rows are not in this index.
Index(
    "uq_status_works_id",
    status.c.works_id,
    unique=True,
    sqlite_where=status.c.works_id.is_not(None),
    postgresql_where=status.c.works_id.is_not(None),
)
#: A person's statuses. The plans that lie far ahead are passed over in it.
Index("ix_status_person_id_in_force_at", status.c.person_id, status.c.in_force_at, status.c.sequence)
Index(
    "ix_status_start_due",
    status.c.in_force_at,
    status.c.id,
    sqlite_where=status.c.schedule_type == RESERVED,
    postgresql_where=status.c.schedule_type == RESERVED,
)
Index(
    "ix_status_end_due",
    status.c.ends_at,
    status.c.id,
    sqlite_where=status.c.schedule_type == PRESENT,
    postgresql_where=status.c.schedule_type == PRESENT,
)

#: What must be computed anew when a zone's rules change. Moments that were written as such are not in this index.
Index(
    "ix_status_wish",
    status.c.zone,
    status.c.person_id,
    sqlite_where=status.c.wish.is_not(None),
    postgresql_where=status.c.wish.is_not(None),
)

#: Most statuses have no auto-reply; their rows are not in this index.
Index(
    "ix_status_auto_reply_id",
    status.c.auto_reply_id,
    sqlite_where=status.c.auto_reply_id.is_not(None),
    postgresql_where=status.c.auto_reply_id.is_not(None),
)

#: What a client last said of a status, under an id of its own. It outlives the status. `client` is as in `status`.
booking = Table(
    "booking",
    metadata,
    Column("domain_id", Integer, primary_key=True, autoincrement=False),
    Column("client", String(320), primary_key=True),
    Column("external_id", String(255), primary_key=True),
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("status_id", String(64), nullable=False, index=True),
    Column("word", JSON, nullable=False),
    #: When it can be forgotten: some time after the end that the client said; never without one.
    Column("forget_at", UtcMoment, index=True),
)

#: A change of many people's plans at once. `position` is the last person that is done in this state, and `until` the
#: last one to undo. `counts` are the numbers of entries by action, once they are planned.
change = Table(
    "change",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("domain_id", Integer, nullable=False, index=True),
    Column("client", String(320), nullable=False),
    Column("author", String(320), nullable=False),
    Column("actor", String(320), nullable=False),
    Column("actor_client", String(320), nullable=False),
    Column("request_id", String(64)),
    Column("state", String(10), nullable=False, index=True),
    Column("all_from", UtcMoment),
    Column("all_until", UtcMoment),
    Column("names_everybody", Boolean, nullable=False),
    Column("skips_refused", Boolean, nullable=False, server_default=false()),
    Column("entries", Integer, nullable=False, server_default="0"),
    Column("people", Integer, nullable=False, server_default="0"),
    Column("people_done", Integer, nullable=False, server_default="0"),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("until", Integer),
    Column("counts", JSON),
    Column("plan", Integer, nullable=False, server_default="1"),
    #: Why the last attempt to apply it was given up.
    Column("problem", Text),
    Column("created_at", UtcMoment, nullable=False),
    Column("touched_at", UtcMoment, nullable=False, index=True),
)

#: The entries of a change, in their order. One without `external_id` only names a person. `word` and `earlier` are as
#: in `booking`, and `before` and `after` the status. No foreign keys: they would take a lock for each row.
change_entry = Table(
    "change_entry",
    metadata,
    Column("change_id", String(36), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("person_id", Integer),
    Column("person", String(320), nullable=False),
    Column("external_id", String(255)),
    Column("action", String(10), nullable=False),
    Column("reason", Text),
    Column("word", JSON(none_as_null=True)),
    Column("earlier", JSON(none_as_null=True)),
    Column("before", JSON(none_as_null=True)),
    Column("after", JSON(none_as_null=True)),
    #: Why an undo left it as it was.
    Column("left_because", Text),
    Index(None, "change_id", "person_id"),
)

#: The texts of a person's last out-of-office, remembered for the next one.
reply_texts = Table(
    "reply_texts",
    metadata,
    Column("person_id", ForeignKey("person.id"), primary_key=True, autoincrement=False),
    Column("audience", SmallInteger, nullable=False),
    Column("starts_at", UtcMoment),
    Column("ends_at", UtcMoment),
    Column("internal", JSON(none_as_null=True)),
    Column("external", JSON(none_as_null=True)),
)

#: The bytes of reply text stored for a person in a day; `day` is the first moment of that day in UTC.
reply_usage = Table(
    "reply_usage",
    metadata,
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("day", UtcMoment, nullable=False),
    Column("stored", BigInteger, nullable=False),
)

#: One row per event, written with its change, by `store.events` alone. Only one foreign key, because events outlive
#: statuses, people and domains. Events from before `domain_id` was written, of people who are gone, have none.
event = Table(
    "event",
    metadata,
    Column("id", _Number, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("domain_id", Integer),
    Column("person_id", Integer, nullable=False),
    Column("due_at", UtcMoment),
    Column("committed_at", UtcMoment, nullable=False, index=True),
    Column("actor", String(320), nullable=False),
    Column("actor_client", String(320)),
    Column("request_id", String(64)),
    Column("job", String(64)),
    Column("status_id", String(64)),
    Column("schedule_type", String(8)),
    Column("profile_status_id", String(16)),
    Column("message", Text),
    Column("starts_at", UtcMoment),
    Column("starts_offset", Integer),
    Column("ends_at", UtcMoment),
    Column("ends_offset", Integer),
    Column("auto_reply_id", ForeignKey("auto_reply.id")),
    Column("place", String(8)),
    Column("is_muted", Boolean),
    Column("client", String(320)),
    Column("in_force_at", UtcMoment),
    Column("sequence", Integer),
    Column("wish", Text),
    Column("zone", String(64)),
    Column("revision", Integer),
    #: For a change: what differed before, as JSON.
    Column("before", Text),
    Column("shown_status_id", String(64)),
    Column("shown_profile_status_id", String(16)),
)

Index(
    "ix_event_auto_reply_id",
    event.c.auto_reply_id,
    sqlite_where=event.c.auto_reply_id.is_not(None),
    postgresql_where=event.c.auto_reply_id.is_not(None),
)

#: A person's history.
Index("ix_event_person_id_committed_at", event.c.person_id, event.c.committed_at)
# The audit of a domain. It tells what callers did; what time did is not in these indexes, so transitions do not pay for
# them.
Index(
    "ix_event_of_domain",
    event.c.domain_id,
    event.c.committed_at,
    event.c.id,
    sqlite_where=event.c.actor != BY_TIME,
    postgresql_where=event.c.actor != BY_TIME,
)
Index(
    "ix_event_of_actor",
    event.c.domain_id,
    event.c.actor,
    event.c.committed_at,
    event.c.id,
    sqlite_where=event.c.actor != BY_TIME,
    postgresql_where=event.c.actor != BY_TIME,
)
Index(
    "ix_event_of_job",
    event.c.job,
    event.c.committed_at,
    event.c.id,
    sqlite_where=event.c.job.is_not(None),
    postgresql_where=event.c.job.is_not(None),
)

#: One row, as soon as events may be missing: those committed before this moment.
event_pruning = Table(
    "event_pruning",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("pruned_before", UtcMoment, nullable=False),
)

#: OAuth clients. `secret_digest` is the SHA-256 of the secret; `token_lifetime` is in seconds.
client = Table(
    "client",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("domain_id", ForeignKey("domain.id"), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    Column("service_account", String(320), nullable=False, unique=True),
    Column("scopes", String(255), nullable=False),
    Column("public_key", Text, nullable=False),
    Column("secret_digest", String(64), nullable=False),
    Column("token_lifetime", Integer, nullable=False),
    Column("rotates", Boolean, nullable=False),
    Column("writes_own_only", Boolean, nullable=False, server_default=false()),
    Column("revoked_at", UtcMoment),
    CheckConstraint(f"token_lifetime IN {_LIFETIMES}", name="token_lifetime"),
)

#: Refresh tokens by their SHA-256. A used one is kept until it expires, so that a second use is noticed.
refresh_token = Table(
    "refresh_token",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("family", String(64), nullable=False),
    Column("client_id", ForeignKey("client.id"), nullable=False, index=True),
    Column("scopes", String(255), nullable=False),
    Column("user_id", String(64)),
    Column("expires_at", UtcMoment, nullable=False, index=True),
    Column("used_at", UtcMoment),
)

#: Tokens revoked before they expired. `id` is the `jti` of an access token, or a family of refresh tokens with all
#: access tokens issued for them. After `expires_at` all of them have expired.
revoked_token = Table(
    "revoked_token",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("expires_at", UtcMoment, nullable=False, index=True),
)

#: The answers to requests with a key of their client. `id` is a digest of client and key, `request` of the request.
idempotency_key = Table(
    "idempotency_key",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("domain_id", Integer, nullable=False, index=True),
    Column("request", String(64), nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("headers", JSON, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("expires_at", UtcMoment, nullable=False, index=True),
)

#: The addresses of calendars, by the SHA-256 of their secret. One without a person is of the absences of its domain.
feed = Table(
    "feed",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("domain_id", ForeignKey("domain.id"), nullable=False, index=True),
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), index=True),
    Column("secret_digest", String(64), nullable=False, unique=True),
    Column("detail", String(8), nullable=False),
    Column("name", String(100)),
    Column("created_at", UtcMoment, nullable=False),
    Column("created_by", String(320), nullable=False),
)
