/**
 * What SQS keeps. A message is two rows: `sqs_content` is written once and never again, however often the message is
 * received, so that a receive of a 1 MiB message rewrites a hundred bytes; `sqs_state` is what changes.
 *
 * Messages lie in piles. A queue has one at a time: a purge gives it another and a delete leaves it behind, which takes
 * the same moment at any depth; sweep.ts clears abandoned piles away in small steps.
 *
 * `head` is 1 for what a receive may begin with: every message of a standard queue, but of a FIFO queue only the first
 * of each group. The one index so answers "what is visible next" for both, at any depth and number of groups.
 *
 * Ids rise with the time of sending, so the messages of a pile expire in order of their ids.
 */
export const schema = `
  create table if not exists sqs_piles (
    id integer primary key autoincrement,
    abandoned integer not null default 0
  ) strict;

  create table if not exists sqs_queues (
    id integer primary key autoincrement,
    account_id text not null,
    region text not null,
    name text not null,
    pile_id integer not null,
    created_ms integer not null,
    modified_ms integer not null,
    purged_ms integer,
    attributes text not null,
    tags text not null,
    unique (account_id, region, name)
  ) strict;

  create table if not exists sqs_deleted_queues (
    arn text primary key,
    deleted_ms integer not null
  ) strict, without rowid;

  create table if not exists sqs_content (
    id integer primary key autoincrement,
    message_id text not null,
    body text not null,
    md5 text not null,
    attributes text,
    system text
  ) strict;

  create table if not exists sqs_state (
    pile_id integer not null,
    id integer not null,
    head integer not null,
    visible_ms integer not null,
    sent_ms integer not null,
    receive_count integer not null,
    received_before integer not null,
    owed integer not null,
    first_received_ms integer,
    received_ms integer,
    source text,
    message_group text,
    primary key (pile_id, id)
  ) strict, without rowid;

  create index if not exists sqs_state_by_visibility
    on sqs_state (pile_id, head, visible_ms, id, receive_count);

  create index if not exists sqs_state_by_group
    on sqs_state (pile_id, message_group, id) where message_group is not null;

  create table if not exists sqs_deduplication (
    pile_id integer not null,
    id text not null,
    message_group text not null,
    sent_ms integer not null,
    answer text not null,
    primary key (pile_id, id, message_group)
  ) strict, without rowid;

  create index if not exists sqs_deduplication_by_time on sqs_deduplication (sent_ms);

  create table if not exists sqs_attempts (
    pile_id integer not null,
    id text not null,
    received_ms integer not null,
    visible_ms integer not null,
    deliveries text not null,
    primary key (pile_id, id)
  ) strict, without rowid;

  create index if not exists sqs_attempts_by_time on sqs_attempts (received_ms);
`
