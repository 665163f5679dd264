/** Options in the form `name=value`, and secrets that never stand on a command line. */
import { readFile } from 'node:fs/promises';
import { InvalidArgumentError } from 'commander';
import { AppError } from '../engine/model/error.ts';
import type { Shell } from './shell.ts';

/** Values by name. */
export type Assignments = Record<string, string>;

/** Collects `name=value` options. */
export function assignment(text: string, before: Assignments): Assignments {
  const sign = text.indexOf('=');
  if (sign <= 0) throw new InvalidArgumentError('It has the form name=value.');
  return { ...before, [text.slice(0, sign)]: text.slice(sign + 1) };
}

/** Collects options that may be given several times. */
export const several = (text: string, before: readonly string[]): readonly string[] => [...before, text];

/** A whole number of zero or more. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is a whole number.');
  return Number(text);
}

/**
 * Secrets named on the command line: `name` reads a line of standard input, `name=env:VARIABLE` the environment, `name=file:PATH` a file.
 * @throws AppError cli.usage for a secret written on the command line, where other users and the history of the shell see it
 */
export async function readSecrets(shell: Shell, named: readonly string[]): Promise<Assignments> {
  const secrets: Assignments = {};
  for (const text of named) {
    const sign = text.indexOf('=');
    const name = sign === -1 ? text : text.slice(0, sign);
    const value = await readSecret(shell, name, sign === -1 ? undefined : text.slice(sign + 1));
    if (value === '') throw new AppError('cli.usage', `The secret “${name}” is empty.`);
    secrets[name] = value;
  }
  return secrets;
}

async function readSecret(shell: Shell, name: string, from: string | undefined): Promise<string> {
  if (from === undefined || from === '-') {
    if (shell.terminal.input.isTTY === true)
      shell.remark(`Type the secret “${name}” and press Enter (it is shown while you type; better pipe it in):`);
    const line = await shell.inputLine();
    if (line === undefined) throw new AppError('cli.usage', `Standard input has no line for the secret “${name}”.`);
    return line;
  }
  if (from.startsWith('env:')) {
    const value = shell.terminal.environment[from.slice(4)];
    if (value === undefined)
      throw new AppError('cli.usage', `The environment has no variable ${from.slice(4)} for the secret “${name}”.`);
    return value;
  }
  if (from.startsWith('file:')) {
    try {
      return (await readFile(from.slice(5), 'utf8')).replace(/\r?\n$/, '');
    } catch (cause) {
      throw new AppError('cli.usage', `The file for the secret “${name}” cannot be read.`, {
        hint: 'Check its name and your access.',
        cause,
      });
    }
  }
  throw new AppError('cli.usage', `The secret “${name}” must not stand on the command line.`, {
    hint: `Use --secret ${name} and pipe it in, --secret ${name}=env:VARIABLE or --secret ${name}=file:PATH.`,
  });
}
