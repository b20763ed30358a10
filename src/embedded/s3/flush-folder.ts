import { closeSync, fsyncSync, openSync } from 'node:fs'

/** On the disk when it returns: which files the folder has, by what names. Windows does so by itself. */
export function flushFolder(path: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
