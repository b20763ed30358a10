/**
 * What DynamoDB keeps. Tables and indexes take their ids from `dynamodb_counts`; an id is never used twice, so that
 * what a dropped table leaves behind can be removed later, a little at a time.
 *
 * Items are found by the hash of their partition key, which makes the order of a scan, and the bytes of both keys
 * (`memcmp` order is DynamoDB's order). They are rows with a number of their own: at 500 bytes an item, keeping them in
 * the index itself (`without rowid`) made writes twice as slow, at 1 KB four times. Index entries hold keys only and
 * lead to the item, so that a write that leaves an index's keys alone does not touch the index.
 */
export const schema = `
  create table if not exists dynamodb_counts (
    id integer primary key autoincrement,
    items integer not null,
    bytes integer not null
  ) strict;

  create table if not exists dynamodb_tables (
    id integer primary key,
    account_id text not null,
    region text not null,
    name text not null,
    created_ms integer not null,
    definition text not null,
    unique (account_id, region, name)
  ) strict;

  create table if not exists dynamodb_dropped (id integer primary key) strict;

  create table if not exists dynamodb_items (
    id integer primary key,
    table_id integer not null,
    hash blob not null,
    range blob not null,
    expires integer,
    size integer not null,
    item text not null
  ) strict;

  create unique index if not exists dynamodb_items_by_key on dynamodb_items (table_id, hash, range);

  create index if not exists dynamodb_items_by_expiry on dynamodb_items (table_id, expires) where expires is not null;

  create table if not exists dynamodb_entries (
    index_id integer not null,
    hash blob not null,
    range blob not null,
    item_hash blob not null,
    item_range blob not null,
    primary key (index_id, hash, range, item_hash, item_range)
  ) strict, without rowid;

  create table if not exists dynamodb_tokens (
    account_id text not null,
    region text not null,
    token text not null,
    digest text not null,
    done_ms integer not null,
    primary key (account_id, region, token)
  ) strict, without rowid;

  create index if not exists dynamodb_tokens_by_age on dynamodb_tokens (done_ms);
`
