/** Changing shortcuts: what a key would collide with, and the person's own keys after a change. Pure. */
import { type Command, keysOf } from './command.ts';

/** Own shortcuts by command id; empty text: none. */
export type OwnKeys = Readonly<Record<string, string>>;

/** Keys that browsers or the system act on before a page hears of them. */
const reserved = /^(Ctrl\+(Shift\+)?[NTW]|Ctrl\+(Shift\+)?Tab|Alt\+(F4|Tab)|F11|F12)$/;
/** Keys that only change what others mean. */
const modifiers: ReadonlySet<string> = new Set(['Control', 'Shift', 'Alt', 'AltGraph', 'Meta', 'CapsLock', 'Dead']);

/** Whether a page never gets to hear of a shortcut. */
export const isReserved = (key: string): boolean => reserved.test(key);

/** Whether a key press is a modifier alone, so that the key itself is still to come. */
export const isModifier = (key: string): boolean => modifiers.has(key);

/** The command that has a key already; undefined where it is free. Scopes lie in one another, so any two commands may meet. */
export function holderOf(
  commands: readonly Command[],
  own: OwnKeys,
  command: Command,
  key: string,
): Command | undefined {
  return commands.find((other) => other.id !== command.id && keysOf(other, own).includes(key));
}

/** The person's own keys once a command has a key; whoever held it keeps its other keys, or none. */
export function withKey(
  commands: readonly Command[],
  own: OwnKeys,
  command: Command,
  key: string,
): Record<string, string> {
  const next: Record<string, string> = { ...own };
  for (const other of commands) {
    if (other.id === command.id || !keysOf(other, own).includes(key)) continue;
    next[other.id] = keysOf(other, own).find((candidate) => candidate !== key) ?? '';
  }
  if (command.keys?.[0] === key && command.keys.length === 1) delete next[command.id];
  else next[command.id] = key;
  return next;
}

/** The person's own keys with a command at its default again. */
export function withDefault(own: OwnKeys, command: Command): Record<string, string> {
  const { [command.id]: _forgotten, ...rest } = own;
  return rest;
}
