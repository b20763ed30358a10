/** Of rows whose body is a file: only these are looked for by their body, and the others need not pay for the index. */
export const isFile = `body <> '' and body < 'small-'`

/**
 * `s3_objects` has what GET without a version id answers, one row per key, so that a bucket that is not versioned costs
 * nothing for versions. `s3_versions` has the rest: versions that were replaced, and delete markers. A key's newest
 * version is the one in s3_objects, or else the one with the highest sequence in s3_versions, then a delete marker.
 */
export const catalogSchema = `
  create table if not exists s3_buckets (
    name text primary key, accountId text not null, region text not null, createdAt integer not null,
    versioning text not null
  ) strict, without rowid;
  create table if not exists s3_bucket_settings (
    bucket text not null references s3_buckets (name) on delete cascade, setting text not null, document text not null,
    primary key (bucket, setting)
  ) strict, without rowid;
  create table if not exists s3_objects (
    bucket text not null references s3_buckets (name), key text not null, sequence integer not null,
    versionId text not null, body text not null, bytes integer not null, etag text not null, modifiedAt integer not null,
    checksumAlgorithm text not null, checksum text not null, checksumType text not null, parts text not null,
    headers text not null, tags text not null, primary key (bucket, key)
  ) strict, without rowid;
  create index if not exists s3_objects_by_file on s3_objects (body) where ${isFile};
  create table if not exists s3_versions (
    bucket text not null references s3_buckets (name), key text not null, sequence integer not null,
    versionId text not null, isMarker integer not null, body text not null, bytes integer not null, etag text not null,
    modifiedAt integer not null, checksumAlgorithm text not null, checksum text not null, checksumType text not null,
    parts text not null, headers text not null, tags text not null, primary key (bucket, key, sequence desc)
  ) strict, without rowid;
  create index if not exists s3_versions_by_file on s3_versions (body) where ${isFile};
  create index if not exists s3_null_versions on s3_versions (bucket, key) where versionId = 'null';
`
