/** Instants as a person types them: date and time of her own zone. */

const two = (value: number): string => String(value).padStart(2, '0');

/** An instant as a field for date and time shows it, to the second: `2026-03-01T11:00:00`. */
export function toLocal(instant: string): string {
  const at = new Date(instant);
  const date = `${String(at.getFullYear()).padStart(4, '0')}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** The instant of what a field for date and time holds; undefined where it is none. */
export function fromLocal(text: string): string | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) return undefined;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/** The zone of this window with its offset at an instant: `Europe/Berlin, UTC+01:00`. */
export function zoneAt(instant: string): string {
  const minutes = -new Date(instant).getTimezoneOffset();
  const size = Math.abs(minutes);
  const offset = `UTC${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  return `${new Intl.DateTimeFormat().resolvedOptions().timeZone}, ${offset}`;
}
