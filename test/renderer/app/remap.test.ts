import { describe, expect, it } from 'vitest';
import { type Command, keysOf } from '../../../renderer/app/command.ts';
import { commandOf, commands } from '../../../renderer/app/commands.ts';
import { holderOf, isReserved, withDefault, withKey } from '../../../renderer/app/remap.ts';

const known = (id: string): Command => {
  const command = commandOf(id);
  if (command === undefined) throw new TypeError(id);
  return command;
};

describe('changing shortcuts', () => {
  it('gives a free key at once, and names the holder of a taken one', () => {
    expect(holderOf(commands, {}, known('run.dry'), 'Ctrl+Shift+9')).toBeUndefined();
    expect(holderOf(commands, {}, known('run.dry'), 'Ctrl+S')?.id).toBe('flow.save');
    const own = withKey(commands, {}, known('run.dry'), 'Ctrl+Shift+9');
    expect(keysOf(known('run.dry'), own)).toEqual(['Ctrl+Shift+9']);
    expect(holderOf(commands, own, known('flow.save'), 'F9')).toBeUndefined();
  });

  it('takes a key away from its holder, who keeps its other keys', () => {
    const own = withKey(commands, {}, known('run.dry'), 'Ctrl+Y');
    expect(keysOf(known('edit.redo'), own)).toEqual(['Ctrl+Shift+Z']);
    const both = withKey(commands, own, known('run.dry'), 'Ctrl+S');
    expect(keysOf(known('flow.save'), both)).toEqual([]);
    for (const key of ['Ctrl+Y', 'Ctrl+S'])
      expect(commands.filter((command) => keysOf(command, both).includes(key)).length).toBeLessThan(2);
  });

  it('goes back to the default', () => {
    const own = withKey(commands, {}, known('run.dry'), 'Ctrl+Shift+9');
    expect(withDefault(own, known('run.dry'))).toEqual({});
    expect(withKey(commands, own, known('run.dry'), 'F9')).toEqual({});
  });

  it('knows the keys that no page hears', () => {
    expect(['Ctrl+W', 'Ctrl+Shift+T', 'F12'].every(isReserved)).toBe(true);
    expect(['Ctrl+Shift+L', 'F9', 'W'].some(isReserved)).toBe(false);
  });
});
