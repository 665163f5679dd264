/** Where things are on the screens, so that stories speak of what people do. */
import type { Locator, Page } from 'playwright-core';

/** The designer of one flow. */
export class DesignerPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  node(id: string): Locator {
    return this.page.locator(`.react-flow__node[data-id="${id}"]`);
  }

  nodes(): Locator {
    return this.page.locator('.react-flow__node-step');
  }

  wires(): Locator {
    return this.page.locator('.react-flow__edge');
  }

  /** Waits until the flow is drawn. */
  async ready(): Promise<void> {
    await this.page.locator('.react-flow__node').first().waitFor();
    await this.page.waitForFunction(() => document.querySelector('.react-flow__viewport') !== null);
  }

  /** Clicks the middle of a wire: a straight one has no height, so it counts as invisible. */
  async clickWire(id: string, clickCount = 1): Promise<void> {
    const box = await this.page.locator(`.react-flow__edge[data-id="${id}"] path`).first().boundingBox();
    if (box === null) throw new TypeError(`The wire ${id} is not on the screen.`);
    await this.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2, { clickCount });
  }

  port(node: string, side: 'source' | 'target', id: string): Locator {
    return this.node(node).locator(`.react-flow__handle.${side}[data-handleid="${id}"]`);
  }

  /** Drags a wire from one port to the middle of something. */
  async drag(from: Locator, to: Locator | { x: number; y: number }): Promise<void> {
    const start = await from.boundingBox();
    const box = 'x' in to && typeof to.x === 'number' ? undefined : await (to as Locator).boundingBox();
    const end =
      box === undefined || box === null
        ? (to as { x: number; y: number })
        : { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    if (start === null) throw new TypeError('The port is not on the screen.');
    const { mouse } = this.page;
    await mouse.move(start.x + start.width / 2, start.y + start.height / 2);
    await mouse.down();
    await mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2 + 20, { steps: 4 });
    await mouse.move(end.x, end.y, { steps: 4 });
    await mouse.up();
  }

  quickAdd(): Locator {
    return this.page.locator('.quick-add__field');
  }

  /** Types into the quick-add list and takes the first hit. */
  async addByTyping(text: string): Promise<void> {
    await this.quickAdd().fill(text);
    await this.page.keyboard.press('Enter');
    await this.quickAdd().waitFor({ state: 'detached' });
  }

  saved(): Locator {
    return this.page.locator('.save-mark--saved');
  }

  kept(): Locator {
    return this.page.locator('.save-mark--kept');
  }
}
