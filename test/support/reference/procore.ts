/** Requests and answers against the facts of Procore's published OpenAPI, in `test/connectors/procore/reference/rest.json`. */
import { readFileSync } from 'node:fs';
import type { HeardRequest, Verdict } from './heard.ts';

/** Members of an object: those without members of their own in packed lines under the empty name. */
interface Tree {
  [name: string]: Tree | readonly string[];
}

interface Operation {
  query?: readonly string[];
  body?: Tree | string;
  answer?: Tree | string;
  status?: number;
}

interface Description {
  operations: Record<string, Operation>;
  /** What no published description confirms, by finding, with the reason it stands. */
  unconfirmed: Record<string, string>;
}

/** The description. */
export const description = JSON.parse(
  readFileSync(new URL('../../connectors/procore/reference/rest.json', import.meta.url), 'utf8'),
) as Description;

interface Member {
  type: string;
  required: boolean;
  list: boolean;
  tree?: Tree;
}

const parsed = new WeakMap<Tree, Map<string, Member>>();

const memberOf = (token: string): [string, Omit<Member, 'type'>] => {
  const list = token.endsWith('[]');
  const plain = list ? token.slice(0, -2) : token;
  const required = plain.endsWith('*');
  return [required ? plain.slice(0, -1) : plain, { required, list }];
};

function membersOf(tree: Tree): Map<string, Member> {
  const known = parsed.get(tree);
  if (known !== undefined) return known;
  const members = new Map<string, Member>();
  for (const [name, content] of Object.entries(tree)) {
    if (!Array.isArray(content)) {
      const [plain, shape] = memberOf(name);
      members.set(plain, { ...shape, type: 'object', tree: content as Tree });
      continue;
    }
    for (const token of (content as string[]).flatMap((line) => line.split(' '))) {
      const [plain, shape] = memberOf(token.slice(0, token.lastIndexOf(':')));
      members.set(plain, { ...shape, type: token.slice(token.lastIndexOf(':') + 1) });
    }
  }
  parsed.set(tree, members);
  return members;
}

const fits = (type: string, value: unknown): boolean => {
  if (type === 'S') return typeof value === 'string';
  if (type === 'N') return typeof value === 'number';
  if (type === 'I') return typeof value === 'number' && Number.isInteger(value);
  return type === 'B' ? typeof value === 'boolean' : true;
};

function checkObject(tree: Tree, value: unknown, path: string, report: (finding: string) => void): void {
  if (value === null) return;
  if (typeof value !== 'object' || Array.isArray(value)) {
    report(`${path} is no object`);
    return;
  }
  const members = membersOf(tree);
  for (const [name, content] of Object.entries(value)) {
    const where = `${path}.${name}`;
    const member = members.get(name);
    if (member === undefined) {
      if (!(/^custom_field_\d+$/.test(name) && members.has('custom_field_#'))) report(`${where} is unknown`);
    } else checkMember(member, content, where, report);
  }
  for (const [name, member] of members)
    if (member.required && !Object.hasOwn(value, name)) report(`${path}.${name} is missing`);
}

function checkMember(member: Member, content: unknown, where: string, report: (finding: string) => void): void {
  if (content === null || content === undefined) return;
  if (member.list !== Array.isArray(content)) {
    if (member.type !== 'X') report(`${where} is ${member.list ? 'no list' : 'a list'}`);
    return;
  }
  for (const entry of Array.isArray(content) ? content : [content]) {
    if (member.tree !== undefined) checkObject(member.tree, entry, `${where}${member.list ? '[]' : ''}`, report);
    else if (entry !== null && !fits(member.type, entry)) report(`${where} is a ${typeof entry}, not ${member.type}`);
  }
}

const patterns = Object.keys(description.operations).map((name) => {
  const [method = '', path = ''] = name.split(' ', 2);
  const expression = new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{[^}]*\}/g, '[^/]+')}$`);
  return { name, method, expression, placeholders: path.split('{').length };
});
patterns.sort((a, b) => a.placeholders - b.placeholders);

const resolve = (part: 'body' | 'answer', content: Tree | string | undefined): Tree | undefined => {
  if (typeof content !== 'string') return content;
  return resolve(part, description.operations[content]?.[part]);
};

/** Whether a finding is one that the description says nothing about. */
const isUnconfirmed = (finding: string): boolean =>
  Object.keys(description.unconfirmed).some((pattern) => finding.endsWith(pattern));

function checkAnswer(operation: Operation, { status, answer }: HeardRequest, report: (finding: string) => void): void {
  const tree = resolve('answer', operation.answer);
  if (status < 200 || status >= 300 || tree === undefined || answer === undefined) return;
  const rows = tree['[]'] as Tree | undefined;
  if (rows === undefined) checkObject(tree, answer, 'answer', report);
  else if (!Array.isArray(answer)) report('answer is no list');
  else for (const row of answer.slice(0, 40)) checkObject(rows, row, 'answer[]', report);
  if (operation.status !== undefined && status !== operation.status)
    report(`answer has status ${status}, not ${operation.status}`);
}

/** What a request and its answer have that the reference does not. */
export function checkProcore(request: HeardRequest): Verdict {
  if (!request.path.startsWith('/rest/')) return { operation: undefined, findings: [] };
  const found = patterns.find(
    ({ method, expression }) => method === request.method && expression.test(decodeURIComponent(request.path)),
  );
  if (found === undefined)
    return { operation: undefined, findings: [`${request.method} ${request.path} is no published address`] };
  const operation = description.operations[found.name] ?? {};
  const findings = new Set<string>();
  const report = (finding: string): void => {
    const whole = `${found.name} ${finding}`;
    if (!isUnconfirmed(whole)) findings.add(whole);
  };
  const names = (operation.query ?? []).flatMap((line) => line.split(' '));
  for (const name of new Set(request.query.keys()))
    if (!names.includes(name) && !names.includes(`${name}*`)) report(`query ${name} is unknown`);
  for (const name of names)
    if (name.endsWith('*') && !request.query.has(name.slice(0, -1))) report(`query ${name.slice(0, -1)} is missing`);
  const body = resolve('body', operation.body);
  if (request.body !== undefined) {
    if (body === undefined) report('body is not described');
    else checkObject(body, request.body, 'body', report);
  }
  checkAnswer(operation, request, report);
  return { operation: found.name, findings: [...findings] };
}
