// How Mantine's widgets behave and are shaped. Their colours are tokens of theme.css; none is named here.
import { Button, createTheme, Modal, PasswordInput, Textarea, TextInput } from "@mantine/core";

const flat = Array.from({ length: 10 }, () => "var(--pine)") as unknown as readonly [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];

export const theme = createTheme({
  primaryColor: "pine",
  colors: { pine: flat },
  fontFamily: "var(--sans)",
  fontFamilyMonospace: "var(--mono)",
  headings: { fontFamily: "var(--serif)", fontWeight: "560" },
  defaultRadius: "md",
  radius: { md: "8px", lg: "14px" },
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Button: Button.extend({ defaultProps: { h: 40, radius: "md" } }),
    TextInput: TextInput.extend({ defaultProps: { size: "md" } }),
    PasswordInput: PasswordInput.extend({ defaultProps: { size: "md" } }),
    Textarea: Textarea.extend({ defaultProps: { size: "md" } }),
    Modal: Modal.extend({ defaultProps: { centered: true, radius: "lg" } }),
  },
});
