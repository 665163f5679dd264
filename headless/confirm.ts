/** Asking before something is changed that cannot be taken back unseen. */
import { AppError } from '../engine/model/error.ts';
import type { Shell } from './shell.ts';

/**
 * Says what will happen and waits for the word `yes`; `yes` skips the question, not the sentence.
 * @throws AppError cli.usage where there is nobody to ask
 */
export async function confirmed(shell: Shell, said: string, yes: boolean): Promise<boolean> {
  shell.remark(said);
  if (yes) return true;
  if (shell.terminal.input.isTTY !== true)
    throw new AppError('cli.usage', 'Nothing was changed: there is nobody here to ask.', {
      hint: 'Read what it brings, then give --yes.',
    });
  shell.remark('Type yes to go on:');
  return (await shell.inputLine())?.trim().toLowerCase() === 'yes';
}
