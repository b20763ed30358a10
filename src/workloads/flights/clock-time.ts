/** Minutes since midnight of "HH:MM", "00:00" … "24:00"; undefined for anything else. */
export function parseClock(text: string): number | undefined {
  const match = /^(\d\d):([0-5]\d)$/.exec(text)
  if (!match) return undefined
  const minutes = Number(match[1]) * 60 + Number(match[2])
  return minutes <= 1440 ? minutes : undefined
}

/** "HH:MM:SS" of whole minutes since midnight, 0 … 1440. */
export function clockTime(minutes: number): string {
  const hours = Math.floor(minutes / 60)
  return `${String(hours).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}:00`
}
