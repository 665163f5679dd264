/** Problems of the open flow. Enter goes to the place; a quick fix is one press. */
import { Button } from '@mantine/core';
import { IconAlertTriangle, IconBulb, IconCircleX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Problem, ProblemSeverity } from '../../engine/model/flow.ts';
import { setConfig } from '../state/document.ts';
import { nodeOf } from '../state/graph.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { showProblem } from './actions.ts';
import { verbObject } from './face.ts';

const icons: Readonly<Record<ProblemSeverity, typeof IconBulb>> = {
  blocking: IconCircleX,
  warning: IconAlertTriangle,
  advice: IconBulb,
};

function ProblemRow({ problem, index }: { problem: Problem; index: number }): ReactNode {
  const { store } = useAppContext();
  const flow = useApp((state) => state.flow);
  const kinds = useApp((state) => state.kinds);
  const connectors = useApp((state) => state.connectors);
  const node = flow === undefined || problem.nodeId === undefined ? undefined : nodeOf(flow, problem.nodeId);
  const Icon = icons[problem.severity];
  const { fix, field } = problem;
  return (
    <li className={`problem problem--${problem.severity}`}>
      <button type="button" className="problem__go" onClick={() => showProblem(store, index)}>
        <Icon size={16} stroke={1.8} aria-hidden="true" />
        <span className="problem__severity">{t.designer.severity[problem.severity]}</span>
        <span className="problem__text">
          <span>{problem.message}</span>
          <span className="problem__hint">{problem.hint}</span>
        </span>
        <span className="problem__place">
          {flow === undefined || node === undefined ? '' : verbObject(flow, node, kinds, connectors)}
        </span>
      </button>
      {fix === undefined || field === undefined || node === undefined ? null : (
        <Button
          variant="default"
          size="compact-xs"
          onClick={() =>
            store
              .getState()
              .edit({ name: t.edits.fix(fix.label), undo: 'record' }, (doc) =>
                setConfig(doc, { id: node.id, path: field.split('.'), value: fix.value }),
              )
          }
        >
          {fix.label}
        </Button>
      )}
    </li>
  );
}

/** The list, worst first as the check orders them. */
export function ProblemsPanel(): ReactNode {
  const problems = useApp((state) => state.check?.problems);
  const checkState = useApp((state) => state.checkState);
  if (problems === undefined) return <p className="dock__quiet">{t.designer.checking}</p>;
  return (
    <>
      {checkState === 'unavailable' ? <p className="dock__quiet">{t.designer.problemsUnavailable}</p> : null}
      {problems.length === 0 && checkState !== 'unavailable' ? (
        <p className="dock__quiet">{t.designer.noProblems}</p>
      ) : (
        <ul className="problems">
          {problems.map((problem, index) => (
            <ProblemRow
              key={`${problem.nodeId}.${problem.field}.${problem.code}.${problem.message}`}
              problem={problem}
              index={index}
            />
          ))}
        </ul>
      )}
    </>
  );
}
