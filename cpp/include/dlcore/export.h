#pragma once

// The library hides its symbols; what a header here declares inside `namespace DLCORE_API dlcore` is exported.
#define DLCORE_API [[gnu::visibility("default")]]
