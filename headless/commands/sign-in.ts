/** `costwire connection sign-in`: prints the address of the sign-in page and waits for the browser to come back. */
import { signInSteps } from '../../engine/api/workspace-sign-in.ts';
import { fromErrorData } from '../../engine/model/error.ts';
import type { Shell } from '../shell.ts';

/**
 * Signs a connection in. The address goes to standard error, so that `--json` answers one object.
 * @throws AppError connection.*, vault.*, remote.*, run.cancelled
 */
export async function signIn(shell: Shell, name: string): Promise<void> {
  const connection = await shell.connection(name);
  const host = { ...(await shell.files()), connectors: shell.connectors };
  for await (const step of signInSteps(host, connection, shell.terminal.signal)) {
    if (step.step === 'open')
      shell.remark(`Open this address in a browser on this machine and sign in:\n\n  ${step.address}\n`);
    else if (step.step === 'waiting') shell.remark(`Waiting for ${step.system} … Ctrl+C gives up.`);
    else if (step.step === 'failed') throw fromErrorData(step.error);
  }
  shell.answer(`“${connection.name}” is signed in.\nTry it: costwire ping "${connection.name}"`, {
    connection: connection.id,
    signedIn: true,
  });
}
