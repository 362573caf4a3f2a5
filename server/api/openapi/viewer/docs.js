Redoc.init("/api/openapi.json", {nativeScrollbars: true, theme: {typography: {fontFamily: "system-ui, sans-serif",
    headings: {fontFamily: "system-ui, sans-serif"}}}}, document.getElementById("docs"));
