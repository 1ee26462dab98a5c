#pragma once
// The kernel's own idea of how well its clock is kept; Swift's module of the C library leaves it out.
#include <sys/timex.h>
