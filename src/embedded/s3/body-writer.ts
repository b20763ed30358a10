import { closeSync, fsyncSync, openSync, writevSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Sync } from '../store.ts'
import { flushFolder } from './flush-folder.ts'
import type { BodyFiles } from './body-files.ts'
import { type SmallBodies, smallBytes } from './small-bodies.ts'

/** Up to this a body is written in one go at its end. */
const wholeBytes = 4 * 1024 * 1024
/** Above, blocks of this size go to disk while it is still arriving. */
const blockBytes = 1024 * 1024
/** Keeps what one upload holds bounded where a client dribbles: a piece of one byte costs hundreds. */
const blockPieces = 512
/** Nobody may write: results are hard-linked elsewhere and must not change there. */
const fileMode = 0o444

/** One body on its way to where its size puts it. Where it is not wanted after all: `abandon`, then `Bodies.discard`. */
export class BodyWriter {
  readonly #small: SmallBodies
  readonly #files: BodyFiles
  readonly #sync: Sync
  #id: string | undefined
  #pieces: Buffer[] = []
  #pendingBytes = 0
  #file: FileHandle | undefined
  #flushing: Promise<void> | undefined

  constructor(small: SmallBodies, files: BodyFiles, sync: Sync) {
    this.#small = small
    this.#files = files
    this.#sync = sync
  }

  /** Undefined until the body has its place: when it is finished, or too large to wait for that. */
  get id(): string | undefined {
    return this.#id
  }

  /** Takes bytes, which must not change afterwards. */
  add(bytes: Buffer): void {
    this.#pieces.push(bytes)
    this.#pendingBytes += bytes.length
  }

  /** To be asked after `add`: a promise means that the disk has to catch up before more is added. */
  flushIfFull(): Promise<void> | undefined {
    const limit = this.#file === undefined ? wholeBytes : blockBytes
    if (this.#pendingBytes < limit && this.#pieces.length < blockPieces) return undefined
    this.#flushing = this.#flush()
    return this.#flushing
  }

  /** Answers the id. A file is whole when this resolves, with sync `full` on the disk itself. */
  async finish(): Promise<string> {
    if (this.#file === undefined && this.#pendingBytes <= smallBytes) {
      return (this.#id = this.#small.take(Buffer.concat(this.#pieces)))
    }
    if (this.#file === undefined) {
      this.#writeAtOnce()
    } else {
      await this.#flush()
      if (this.#sync === 'full') await this.#file.sync()
      await this.#file.close()
      this.#file = undefined
    }
    const id = this.#id!
    if (this.#sync === 'full') flushFolder(dirname(this.#files.path(id)))
    return id
  }

  /** Closes the file, if open, when it is no longer being written to. */
  async abandon(): Promise<void> {
    // Whoever waits for the flush gets its error; here it is only over.
    await this.#flushing?.catch(() => undefined)
    await this.#file?.close()
    this.#file = undefined
  }

  /** Synchronous on purpose: into the page cache it costs half the CPU of three trips through the thread pool. */
  #writeAtOnce(): void {
    const file = openSync(this.#newPath(), 'wx', fileMode)
    try {
      let pieces = this.#pieces
      while (pieces.length > 0) pieces = unwritten(pieces, writevSync(file, pieces))
      if (this.#sync === 'full') fsyncSync(file)
    } finally {
      closeSync(file)
    }
  }

  #newPath(): string {
    this.#id = this.#files.newId()
    return this.#files.path(this.#id)
  }

  async #flush(): Promise<void> {
    this.#file ??= await open(this.#newPath(), 'wx', fileMode)
    let pieces = this.#pieces
    this.#pieces = []
    this.#pendingBytes = 0
    while (pieces.length > 0) pieces = unwritten(pieces, (await this.#file.writev(pieces)).bytesWritten)
  }
}

/** What is left of `pieces` after the first `written` bytes: a nearly full disk takes part of a write. */
function unwritten(pieces: Buffer[], written: number): Buffer[] {
  let index = 0
  let before = 0
  while (index < pieces.length && before + pieces[index].length <= written) before += pieces[index++].length
  const cut = pieces[index]
  return cut === undefined ? [] : [cut.subarray(written - before), ...pieces.slice(index + 1)]
}
