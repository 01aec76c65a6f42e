// How Mantine's widgets behave and are shaped. Their colours are tokens of theme.css; none is named here.
import { createTheme, defaultVariantColorsResolver } from "@mantine/core";

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
  // What stands on pine is light in the light scheme and dark in the dark one.
  variantColorResolver: (input) => {
    const colors = defaultVariantColorsResolver(input);
    return input.variant === "filled" ? { ...colors, color: "var(--on-pine)" } : colors;
  },
  cursorType: "pointer",
  respectReducedMotion: true,
  // By name, so that a widget is loaded with the place that uses it.
  components: {
    Button: { defaultProps: { h: 40, radius: "md" } },
    TextInput: { defaultProps: { size: "md" } },
    PasswordInput: { defaultProps: { size: "md" } },
    Textarea: { defaultProps: { size: "md" } },
    Modal: { defaultProps: { centered: true, radius: "lg" } },
  },
});
