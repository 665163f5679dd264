import { describe, expect, it } from 'vitest';
import { linkPath, openable, openEvent } from '../../electron/links.ts';
import { acceleratorOf, menuTemplate } from '../../electron/menu.ts';

const actions = { run: () => undefined, openWorkspace: () => undefined, showLogs: () => undefined };
const labels = (template: ReturnType<typeof menuTemplate>) => template.map((item) => item.label ?? item.role);

describe('the native menu', () => {
  it('has the app menu on macOS only, and the developer tools in unpackaged builds only', () => {
    const command = { id: 'flow.new', title: 'New', menu: 'flow' as const, enabled: true };
    expect(labels(menuTemplate([command], actions, 'darwin', true))).toEqual([
      'appMenu',
      'File',
      'Edit',
      'View',
      'Flow',
      'Help',
    ]);
    const tools = (isPackaged: boolean) => JSON.stringify(menuTemplate([], actions, 'linux', isPackaged));
    expect(tools(false)).toContain('toggleDevTools');
    expect(tools(true)).not.toContain('toggleDevTools');
  });

  it('leaves menus without commands out and has no separator at an end', () => {
    const template = menuTemplate([], actions, 'linux', true);
    expect(labels(template)).toEqual(['File', 'Edit', 'View', 'Help']);
    for (const { submenu } of template) {
      const items = Array.isArray(submenu) ? submenu : [];
      expect([items[0]?.type, items.at(-1)?.type]).not.toContain('separator');
    }
  });

  it('writes shortcuts as Electron reads them', () => {
    expect(['Ctrl+K', 'Ctrl+Shift+L', 'F9', 'Del', 'Esc'].map(acceleratorOf)).toEqual([
      'CmdOrCtrl+K',
      'CmdOrCtrl+Shift+L',
      'F9',
      'Delete',
      'Escape',
    ]);
  });
});

describe('links and files', () => {
  it('picks files and links out of a command line', () => {
    const args = ['costwire', '--flag', 'a.flow.json', 'b.TEMPLATE.json', 'c.json', 'costwire://flows/f_1'];
    expect(openable(args)).toEqual(['a.flow.json', 'b.TEMPLATE.json', 'costwire://flows/f_1']);
  });

  it('takes a link as a path inside the app, and no other', () => {
    expect(linkPath('costwire://flows/f_1')).toBe('/flows/f_1');
    const bad = [
      'https://flows/f_1',
      'costwire://',
      'costwire:flows',
      `costwire://flows/${'x'.repeat(600)}`,
      'costwire://a/<b>"',
    ];
    expect(bad.map(linkPath).filter((path) => path !== undefined && !/^(\/[\w.~%-]+)+$/.test(path))).toEqual([]);
    expect(bad.slice(0, 4).map(linkPath)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('names a file that is not there', async () => {
    await expect(openEvent('/none/bills.flow.json')).rejects.toMatchObject({
      code: 'host.badInput',
      message: expect.stringContaining('bills.flow.json'),
    });
  });
});
