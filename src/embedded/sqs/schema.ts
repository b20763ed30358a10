/**
 * What SQS keeps. A message is two rows: `sqs_content` is written once and never again, however often the message is
 * received, so that a receive of a 1 MiB message rewrites a hundred bytes; `sqs_state` is what changes. The index
 * answers "what is visible next" and the counts without touching either.
 */
export const schema = `
  create table if not exists sqs_queues (
    id integer primary key autoincrement,
    name text not null unique,
    created_ms integer not null,
    modified_ms integer not null,
    purged_ms integer,
    attributes text not null,
    tags text not null
  ) strict;

  create table if not exists sqs_content (
    id integer primary key autoincrement,
    message_id text not null,
    body text not null,
    md5 text not null,
    attributes text,
    system text
  ) strict;

  create table if not exists sqs_state (
    id integer primary key,
    queue_id integer not null,
    visible_ms integer not null,
    sent_ms integer not null,
    receive_count integer not null,
    received_before integer not null,
    first_received_ms integer,
    received_ms integer,
    source text
  ) strict;

  create index if not exists sqs_state_by_visibility
    on sqs_state (queue_id, visible_ms, id, sent_ms, receive_count);
`
