// A button that is a picture; its name is for everybody who points at it or hears it.
import type { Icon } from "@tabler/icons-react";
import { forwardRef, type ButtonHTMLAttributes } from "react";
import css from "./IconButton.module.css";

/** `pressed` makes it a toggle. */
export const IconButton = forwardRef<
  HTMLButtonElement,
  { icon: Icon; label: string; pressed?: boolean } & ButtonHTMLAttributes<HTMLButtonElement>
>(function IconButton({ icon: Picture, label, pressed, className, ...rest }, ref) {
  return (
    <button
      ref={ref}
      type="button"
      className={className ? `${css.button} ${className}` : css.button}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      {...rest}
    >
      <Picture size={18} stroke={1.7} aria-hidden="true" />
    </button>
  );
});
