import { closeSync, read, readSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { promisify } from 'node:util'

const blockBytes = 512 * 1024
const readInto = promisify(read)

/** `length` bytes from `first` on. Closes the file. Throws where the file is shorter. */
export function readWhole(file: number, first: number, length: number): Buffer {
  try {
    const bytes = Buffer.allocUnsafeSlow(length)
    let filled = 0
    while (filled < length) {
      const count = readSync(file, bytes, filled, length - filled, first + filled)
      if (count === 0) throw tooShort(length - filled)
      filled += count
    }
    return bytes
  } finally {
    closeSync(file)
  }
}

/**
 * Sends the bytes `first` to `last`, inclusive, as fast as the client takes them, through one buffer, and ends the
 * response. Closes the file. A client that leaves ends it early. Throws where the file is shorter or does not read.
 */
export async function sendFile(response: ServerResponse, file: number, first: number, last: number): Promise<void> {
  try {
    const block = Buffer.allocUnsafeSlow(blockBytes)
    let at = first
    while (at <= last) {
      const { bytesRead } = await readInto(file, block, 0, Math.min(blockBytes, last + 1 - at), at)
      if (bytesRead === 0) throw tooShort(last + 1 - at)
      at += bytesRead
      if (!(await isSent(response, block.subarray(0, bytesRead)))) return
    }
    response.end()
  } finally {
    closeSync(file)
  }
}

/** Resolves when the kernel has the bytes and the buffer may be used again, or with false when the client has left. */
function isSent(response: ServerResponse, bytes: Buffer): Promise<boolean> {
  if (response.destroyed) return Promise.resolve(false)
  return new Promise((resolve) => {
    const onClose = (): void => resolve(false)
    response.once('close', onClose)
    response.write(bytes, (error) => {
      response.off('close', onClose)
      resolve(error === undefined || error === null)
    })
  })
}

function tooShort(missingBytes: number): Error {
  return new Error(`a body file ends ${missingBytes} bytes early`)
}
