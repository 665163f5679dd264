import { describe, expect, it } from 'vitest';
import { menuCommandSchema } from '../../../engine/api/contract.ts';
import { commands, menuCommands } from '../../../renderer/app/commands.ts';

describe('the list of commands', () => {
  it('names each command once and gives each shortcut of a scope once', () => {
    const ids = commands.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const keys = commands.flatMap(({ scope, keys: own = [] }) => own.map((key) => `${scope} ${key}`));
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  it('is what the native menu draws, with the person’s own shortcuts', () => {
    const menu = menuCommands({ 'run.toHere': 'Ctrl+Shift+H' });
    for (const command of menu) menuCommandSchema.parse(command);
    expect(menu.find(({ id }) => id === 'run.toHere')).toMatchObject({ menu: 'run', shortcut: 'Ctrl+Shift+H' });
    expect(menu.some(({ id }) => id === 'view.back')).toBe(false);
  });
});
