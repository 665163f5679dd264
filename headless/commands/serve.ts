/** `costwire serve`: the designer in the browser, for this machine only. */
import type { Command } from 'commander';
import { wholeNumber } from '../options.ts';
import { rootAbove, serveWorkspace } from '../serve.ts';
import type { Shell } from '../shell.ts';

interface ServeCommandOptions {
  port?: number;
  practice: boolean;
}

/** Adds the commands of this file. */
export function register(program: Command, shell: Shell): void {
  program
    .command('serve')
    .description('serve the designer to browsers of this machine; prints the address that opens it once')
    .option('--port <number>', 'port of the address; otherwise a free one', wholeNumber)
    .option('--no-practice', 'without the practice company')
    .action((options: ServeCommandOptions) => serve(shell, options));
}

async function serve(shell: Shell, options: ServeCommandOptions): Promise<void> {
  const { signal, environment } = shell.terminal;
  const served = await serveWorkspace({
    workspace: shell.folder,
    root: rootAbove(import.meta.dirname),
    practice: options.practice,
    connectors: shell.connectors,
    env: environment,
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  try {
    const address = served.openingAddress();
    shell.answer(
      `${address}\n\nThis address opens Costwire once, in a browser of this machine. Press Ctrl+C to stop.`,
      {
        address,
        workspace: served.host.workspace.folder,
      },
    );
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  } finally {
    await served.close();
  }
}
