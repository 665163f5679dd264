/** A button of the grid's bar and the panel it opens. */
import { Button, Popover } from '@mantine/core';
import { type ReactNode, useState } from 'react';

/** Draws button and panel. `children` is drawn while it is open, and closes it by the function it gets. */
export function GridPopover(props: {
  label: string;
  icon: ReactNode;
  position: 'bottom-start' | 'bottom-end';
  children: (close: () => void) => ReactNode;
}): ReactNode {
  const [open, setOpen] = useState(false);
  return (
    <Popover opened={open} onChange={setOpen} position={props.position} trapFocus withRoles={false}>
      <Popover.Target>
        <Button
          variant="default"
          size="xs"
          aria-expanded={open}
          leftSection={props.icon}
          onClick={() => setOpen(!open)}
        >
          {props.label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>{open ? props.children(() => setOpen(false)) : null}</Popover.Dropdown>
    </Popover>
  );
}
